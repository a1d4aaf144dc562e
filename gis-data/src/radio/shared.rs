//! Files that lie beside the repository and are not part of it.

use std::path::Path;

/// The file at `path` under `../shared`; `None`, loudly, where it is absent and not required.
pub(super) fn read(path: &str) -> Option<Vec<u8>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared")
        .join(path);
    match std::fs::read(&file) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            let is_required =
                std::env::var_os("TWIN_REQUIRE_SHARED").is_some_and(|value| value == "1");
            assert!(!is_required, "{}: {error}", file.display());
            eprintln!("SKIPPED: {} is not there", file.display());
            None
        }
    }
}
