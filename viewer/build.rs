//! Puts the fonts that `scripts/viewer.sh fonts` unpacks into the program, where they are there.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

/// What the program calls a font, and its file.
const FONTS: [(&str, &str); 3] = [
    ("TEXT", "text.ttf"),
    ("TEXT_ITALIC", "text-italic.ttf"),
    ("TITLE", "title.ttf"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("fonts");
    let watched = if folder.is_dir() { "fonts" } else { "." };
    println!("cargo:rerun-if-changed={watched}");
    println!("cargo:rerun-if-changed=build.rs");
    let mut code = String::new();
    for (name, file) in FONTS {
        let path = folder.join(file);
        let bytes = if path.is_file() {
            format!("Some(include_bytes!({:?}))", path.display().to_string())
        } else {
            "None".to_owned()
        };
        writeln!(code, "pub(super) const {name}: Option<&[u8]> = {bytes};")?;
    }
    let out = Path::new(&std::env::var("OUT_DIR")?).join("fonts.rs");
    std::fs::write(out, code)?;
    Ok(())
}
