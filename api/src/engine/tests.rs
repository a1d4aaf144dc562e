//! The running twin without a server: acknowledgements, listeners, deadlines, directories.

mod acknowledgements;
mod deadlines;
mod directories;
mod listeners;
mod network;
mod support;
