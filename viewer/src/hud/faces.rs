//! The two families of letters, and how large and heavy text is set in them.
//!
//! They are not part of the repository: `scripts/viewer.sh fonts` unpacks them from the packages of
//! the web page. A viewer built without them shows no writing, and says so.

use bevy::asset::{Assets, Handle};
use bevy::ecs::resource::Resource;
use bevy::ecs::world::{FromWorld, World};
use bevy::text::{
    Font, FontVariationTag, FontVariations, FontWeight, LetterSpacing, LineHeight, TextFont,
};

/// Bytes of the fonts, where they were there when the viewer was built.
mod embedded {
    include!(concat!(env!("OUT_DIR"), "/fonts.rs"));
}

/// How much heavier than in a browser letters are set: Bevy mixes colours in linear light, in which
/// dark letters look thinner.
const HEAVIER: u16 = 50;
/// How much narrower than drawn titles are set, by their size.
const TITLE_SPACING: f32 = -0.02;
const TITLE_LINE: f32 = 1.12;
const TEXT_LINE: f32 = 1.3;

/// The fonts.
#[derive(Resource, Clone, Debug)]
pub struct Faces {
    text: Handle<Font>,
    italic: Handle<Font>,
    title: Handle<Font>,
}

impl FromWorld for Faces {
    fn from_world(world: &mut World) -> Self {
        let fonts = [embedded::TEXT, embedded::TEXT_ITALIC, embedded::TITLE];
        if fonts.contains(&None) {
            bevy::log::warn!(
                "built without fonts, so nothing can be written; `make viewer` brings them"
            );
        }
        let mut assets = world.get_resource_or_init::<Assets<Font>>();
        let [text, italic, title] = fonts.map(|bytes| {
            let font = bytes.map(|bytes| Font::from_bytes(bytes.to_vec()));
            font.map_or_else(Handle::default, |font| assets.add(font))
        });
        Self {
            text,
            italic,
            title,
        }
    }
}

impl Faces {
    /// Running text of so many pixels, from 200 to 800 heavy.
    pub fn text(&self, size_px: f32, weight: u16) -> (TextFont, LineHeight) {
        (
            upright(&self.text, size_px, weight),
            LineHeight::RelativeToFont(TEXT_LINE),
        )
    }

    /// The same, slanted: names of waters.
    pub fn italic(&self, size_px: f32, weight: u16) -> (TextFont, LineHeight) {
        (
            upright(&self.italic, size_px, weight),
            LineHeight::RelativeToFont(TEXT_LINE),
        )
    }

    /// Titles and large numbers, drawn for their size and set a little tighter.
    pub fn title(&self, size_px: f32, weight: u16) -> (TextFont, LineHeight, LetterSpacing) {
        let font = TextFont {
            font_variations: FontVariations::builder()
                .set(FontVariationTag::OPTICAL_SIZE, size_px)
                .build(),
            ..upright(&self.title, size_px, weight)
        };
        let spacing = LetterSpacing::Px(TITLE_SPACING * size_px);
        (font, LineHeight::RelativeToFont(TITLE_LINE), spacing)
    }
}

/// Both families have an axis of weight, which Bevy sets by itself.
fn upright(font: &Handle<Font>, size_px: f32, weight: u16) -> TextFont {
    TextFont {
        font: font.into(),
        font_size: size_px.into(),
        weight: FontWeight(weight + HEAVIER),
        ..TextFont::default()
    }
}
