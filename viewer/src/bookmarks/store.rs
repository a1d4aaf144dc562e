//! Where views are kept: a file of the person natively, the storage of the browser there.

use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Res, ResMut};
use serde::{Deserialize, Serialize};

use super::{Bookmark, Kept, MOST, Naming, shortened};

/// Larger stores are none of ours, in bytes.
const LARGEST: usize = 64 << 10;

/// Where views are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Store {
    /// Nowhere: they are forgotten at the end.
    #[default]
    Nowhere,
    /// In this file.
    #[cfg(not(target_arch = "wasm32"))]
    File(std::path::PathBuf),
    /// In the storage of the browser.
    #[cfg(target_arch = "wasm32")]
    Browser,
}

impl Store {
    /// That of the person: `maquette/views.json` in the folder of data that XDG names.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn of_person() -> Self {
        use std::path::PathBuf;
        let folder = |name: &str| std::env::var_os(name).map(PathBuf::from);
        let data = folder("XDG_DATA_HOME").filter(|folder| folder.is_absolute());
        let data = data.or_else(|| Some(folder("HOME")?.join(".local/share")));
        data.map_or(Self::Nowhere, |data| {
            Self::File(data.join("maquette/views.json"))
        })
    }

    /// That of the browser.
    #[cfg(target_arch = "wasm32")]
    pub fn of_person() -> Self {
        Self::Browser
    }
}

/// The store, and what it held last.
#[derive(Resource, Debug)]
pub(super) struct Shelf {
    store: Store,
    is_read: bool,
    held: Kept,
    /// The last text on its way to the store.
    #[cfg(not(target_arch = "wasm32"))]
    writing: Option<bevy::tasks::Task<()>>,
}

impl Shelf {
    pub(super) fn new(store: Store) -> Self {
        Self {
            store,
            is_read: false,
            held: Kept::default(),
            #[cfg(not(target_arch = "wasm32"))]
            writing: None,
        }
    }
}

/// What is written.
#[derive(Debug, Deserialize, Serialize)]
struct Page {
    version: u32,
    views: Vec<Entry>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Entry {
    name: String,
    link: String,
}

/// The views of a page; those that cannot be read are left out, `None` where nothing can.
fn read(text: &str) -> Option<Kept> {
    if text.len() > LARGEST {
        return None;
    }
    let page: Page = serde_json::from_str(text).ok()?;
    let views = page.views.iter().take(MOST).filter_map(|entry| {
        Some(Bookmark {
            name: shortened(&entry.name),
            view: entry.link.parse().ok()?,
        })
    });
    Some(Kept(views.collect()))
}

fn page(kept: &Kept) -> String {
    let views = kept.0.iter().map(|bookmark| Entry {
        name: bookmark.name.clone(),
        link: bookmark.view.to_string(),
    });
    let page = Page {
        version: 1,
        views: views.collect(),
    };
    serde_json::to_string_pretty(&page).unwrap_or_default()
}

/// Reads the store once, at the start.
pub(super) fn load(mut shelf: ResMut<Shelf>, mut kept: ResMut<Kept>) {
    if shelf.is_read {
        return;
    }
    shelf.is_read = true;
    let Some(text) = text_in(&shelf.store) else {
        return;
    };
    if let Some(read) = read(&text) {
        shelf.held = read.clone();
        kept.set_if_neq(read);
    } else {
        bevy::log::warn!("the views that were kept cannot be read, and are put aside");
        put_aside(&shelf.store);
    }
}

/// Writes what has changed, one text after the other.
pub(super) fn save(mut shelf: ResMut<Shelf>, kept: Res<Kept>, naming: Res<Naming>) {
    if naming.is_on() || shelf.held == *kept || shelf.is_writing() {
        return;
    }
    shelf.held = kept.clone();
    let text = page(&kept);
    shelf.write(text);
}

#[cfg(not(target_arch = "wasm32"))]
fn text_in(store: &Store) -> Option<String> {
    let Store::File(path) = store else {
        return None;
    };
    let length = std::fs::metadata(path).ok()?.len();
    if length > LARGEST as u64 {
        return Some(String::new());
    }
    Some(std::fs::read_to_string(path).unwrap_or_default())
}

/// Keeps what cannot be read, beside what will be written.
#[cfg(not(target_arch = "wasm32"))]
fn put_aside(store: &Store) {
    if let Store::File(path) = store
        && let Err(error) = std::fs::rename(path, path.with_extension("unreadable"))
    {
        bevy::log::warn!("{}: {error}", path.display());
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Shelf {
    fn is_writing(&self) -> bool {
        (self.writing.as_ref()).is_some_and(|writing| !writing.is_finished())
    }

    /// Writes beside the frames: first another file, which then takes the place of the old one.
    fn write(&mut self, text: String) {
        let Store::File(path) = &self.store else {
            return;
        };
        let path = path.clone();
        let pool = bevy::tasks::IoTaskPool::get_or_init(bevy::tasks::TaskPool::default);
        self.writing = Some(pool.spawn(async move {
            if let Err(error) = replace(&path, &text) {
                bevy::log::error!("views are not kept in {}: {error}", path.display());
            }
        }));
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn replace(path: &std::path::Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let new = path.with_extension(format!("new-{}", std::process::id()));
    let mut file = std::fs::File::create(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&new, path)
}

#[cfg(target_arch = "wasm32")]
const SLOT: &str = "maquette.views";

#[cfg(target_arch = "wasm32")]
fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

#[cfg(target_arch = "wasm32")]
fn text_in(store: &Store) -> Option<String> {
    match store {
        Store::Nowhere => None,
        Store::Browser => storage()?.get_item(SLOT).ok().flatten(),
    }
}

#[cfg(target_arch = "wasm32")]
fn put_aside(store: &Store) {
    let text = text_in(store).unwrap_or_default();
    let aside = storage().map(|it| it.set_item("maquette.views.unreadable", &text));
    if !matches!(aside, Some(Ok(()))) {
        bevy::log::warn!("they cannot be put aside");
    }
}

#[cfg(target_arch = "wasm32")]
impl Shelf {
    const fn is_writing(&self) -> bool {
        false
    }

    fn write(&mut self, text: String) {
        if self.store == Store::Browser
            && !matches!(storage().map(|it| it.set_item(SLOT, &text)), Some(Ok(())))
        {
            bevy::log::error!("views are not kept: the browser has no room for them");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "1_6.80000_47.50000_900_0.0_40.0";

    #[test]
    fn what_is_written_is_read() {
        let view = LINK.parse().unwrap();
        let kept = Kept(vec![Bookmark {
            name: "Vue 1".into(),
            view,
        }]);
        assert_eq!(read(&page(&kept)), Some(kept));
    }

    #[rstest::rstest]
    #[case::garbage("{", None)]
    #[case::a_bad_link_is_left_out(
        r#"{"version": 1, "views": [{"name": "a", "link": "b"}]}"#,
        Some(0)
    )]
    #[case::others_stay(
        r#"{"version": 1, "views": [{"name": "a", "link": "b"}, {"name": "c", "link": "1_6.8_47.5_900_0_40"}]}"#,
        Some(1)
    )]
    fn a_store_may_hold_anything(#[case] text: &str, #[case] expected: Option<usize>) {
        assert_eq!(read(text).map(|kept| kept.0.len()), expected);
    }

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let folder = std::path::Path::new(env!("OUT_DIR")).join("views-store");
        let path = folder.join("deep/views.json");
        replace(&path, "one").unwrap();
        replace(&path, "two").unwrap();
        let store = Store::File(path.clone());
        assert_eq!(text_in(&store).as_deref(), Some("two"));
        put_aside(&store);
        assert!(!path.exists() && path.with_extension("unreadable").exists());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
