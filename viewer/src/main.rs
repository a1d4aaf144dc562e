//! `twin-viewer`: the 3D viewer as a program of its own, native or in a browser.

use std::process::ExitCode;

fn main() -> ExitCode {
    viewer::main()
}
