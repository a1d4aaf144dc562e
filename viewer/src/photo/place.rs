//! Where pictures go, and what they are called.

use twin_core::Timestamp;

/// A file's name, by the time that the picture shows.
pub(super) fn name(at: Option<Timestamp>) -> String {
    let at = at.map_or_else(String::new, |at| at.to_string());
    let second = at.split_once('.').map_or(&*at, |(second, _)| second);
    let signs = second.chars().filter(|sign| !matches!(sign, '-' | ':'));
    let stamp: String = signs.collect();
    if stamp.is_empty() {
        "maquette".to_owned()
    } else {
        format!("maquette-{}Z", stamp.trim_end_matches('Z'))
    }
}

/// Writes a picture into the folder of pictures, beside others of the same name; tells its path, or why not.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn put(name: &str, png: &[u8]) -> Result<String, String> {
    put_in(&folder(), name, png)
}

#[cfg(not(target_arch = "wasm32"))]
fn put_in(folder: &std::path::Path, name: &str, png: &[u8]) -> Result<String, String> {
    use std::io::Write as _;
    const MOST: usize = 1000;
    for number in 1..=MOST {
        let file = match number {
            1 => format!("{name}.png"),
            _ => format!("{name}-{number}.png"),
        };
        let path = folder.join(file);
        match std::fs::File::create_new(&path) {
            Ok(mut file) => {
                let written = file.write_all(png);
                return match written {
                    Ok(()) => Ok(path.display().to_string()),
                    Err(error) => Err(format!("{}: {error}", path.display())),
                };
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(format!("{}: {error}", path.display())),
        }
    }
    Err(format!("{}: {name}", folder.display()))
}

/// The folder of pictures of the person; where there is none, the one in which the viewer was started.
#[cfg(not(target_arch = "wasm32"))]
fn folder() -> std::path::PathBuf {
    use std::path::PathBuf;
    let of = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let home = of("HOME");
    let named = home.as_ref().and_then(|home| {
        let settings = of("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config"));
        let text = std::fs::read_to_string(settings.join("user-dirs.dirs")).ok()?;
        pictures_of(&text, home)
    });
    let usual = home.as_ref().map(|home| home.join("Pictures"));
    [of("XDG_PICTURES_DIR"), named, usual]
        .into_iter()
        .flatten()
        .find(|folder| folder.is_dir())
        .unwrap_or_else(|| PathBuf::from("."))
}

/// The folder of pictures that the settings of a desktop name.
#[cfg(not(target_arch = "wasm32"))]
fn pictures_of(settings: &str, home: &std::path::Path) -> Option<std::path::PathBuf> {
    let line = settings
        .lines()
        .find_map(|line| line.trim().strip_prefix("XDG_PICTURES_DIR="))?;
    let path = line.trim().trim_matches('"');
    Some(match path.strip_prefix("$HOME/") {
        Some(rest) => home.join(rest),
        None => path.into(),
    })
}

/// Has the browser download a picture.
#[cfg(target_arch = "wasm32")]
pub(super) fn put(name: &str, png: &[u8]) -> Result<String, String> {
    let name = format!("{name}.png");
    crate::web::download(&name, png)?;
    Ok(name)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn pictures_are_named_by_their_time() {
        let at = "2026-11-30T18:15:07.250Z".parse().ok();
        assert_eq!(name(at), "maquette-20261130T181507Z");
        assert_eq!(name(None), "maquette");
    }

    #[test]
    fn the_settings_of_a_desktop_name_the_folder() {
        let settings = "# none\nXDG_PICTURES_DIR=\"$HOME/Images\"\n";
        let found = pictures_of(settings, Path::new("/home/x"));
        assert_eq!(found.as_deref(), Some(Path::new("/home/x/Images")));
        assert_eq!(pictures_of("", Path::new("/home/x")), None);
    }

    #[test]
    fn no_picture_takes_the_place_of_another() {
        let folder = Path::new(env!("OUT_DIR")).join("photo-place");
        std::fs::create_dir_all(&folder).unwrap();
        let first = put_in(&folder, "a", b"1").unwrap();
        let second = put_in(&folder, "a", b"2").unwrap();
        assert!(first.ends_with("a.png") && second.ends_with("a-2.png"));
        assert_eq!(std::fs::read(&first).unwrap(), b"1");
        assert!(put_in(&folder.join("not-there"), "a", b"1").is_err());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
