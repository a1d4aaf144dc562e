//! Module radio.
