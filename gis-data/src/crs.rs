//! Module crs.
