//! Module import.
