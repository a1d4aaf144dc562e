//! Keeps what is written in the colours of the theme and the words of the language in force.

use bevy::color::{Alpha as _, Color};
use bevy::ecs::change_detection::{DetectChanges as _, DetectChangesMut as _, Mut, Ref};
use bevy::ecs::component::Component;
use bevy::ecs::query::QueryData;
use bevy::ecs::system::{Query, Res};
use bevy::text::TextColor;
use bevy::ui::widget::{ImageNode, Text, TextShadow};
use bevy::ui::{BackgroundColor, BorderColor};

use crate::palette::{Palette, Tone};
use crate::words::Words;

/// In which tones a node is; another theme recolours it.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub struct Painted {
    text: Option<Tone>,
    fill: Option<Tone>,
    edge: Option<Tone>,
    image: Option<Tone>,
    share: f32,
}

impl Painted {
    const BARE: Self = Self {
        text: None,
        fill: None,
        edge: None,
        image: None,
        share: 1.0,
    };

    /// Letters, and their shadow where they have one.
    pub const fn text(tone: Tone) -> Self {
        Self {
            text: Some(tone),
            ..Self::BARE
        }
    }

    /// The ground of a node.
    pub const fn fill(tone: Tone) -> Self {
        Self {
            fill: Some(tone),
            ..Self::BARE
        }
    }

    /// The border of a node.
    pub const fn edge(tone: Tone) -> Self {
        Self {
            edge: Some(tone),
            ..Self::BARE
        }
    }

    /// A white picture.
    pub const fn image(tone: Tone) -> Self {
        Self {
            image: Some(tone),
            ..Self::BARE
        }
    }

    /// The same, with a border.
    #[must_use]
    pub const fn edged(self, tone: Tone) -> Self {
        Self {
            edge: Some(tone),
            ..self
        }
    }

    /// The same, of which only a share of 0–1 is seen.
    #[must_use]
    pub const fn faded(self, share: f32) -> Self {
        Self { share, ..self }
    }
}

/// Text that says the words of a key, in the language in force.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub struct Says(pub &'static str);

/// Everything of a node that has a colour.
#[derive(QueryData)]
#[query_data(mutable)]
pub(super) struct Coats {
    painted: Ref<'static, Painted>,
    text: Option<&'static mut TextColor>,
    shadow: Option<&'static mut TextShadow>,
    fill: Option<&'static mut BackgroundColor>,
    edge: Option<&'static mut BorderColor>,
    image: Option<&'static mut ImageNode>,
}

/// Paints what is new, and everything when the theme has changed.
pub(super) fn recolour(palette: Res<Palette>, mut nodes: Query<Coats>) {
    for mut coats in &mut nodes {
        if palette.is_changed() || coats.painted.is_changed() {
            repaint(&palette, &mut coats);
        }
    }
}

fn repaint(palette: &Palette, coats: &mut CoatsItem) {
    let painted = *coats.painted;
    let colour = |tone: Tone| {
        let colour: Color = palette.colour(tone);
        colour.with_alpha(colour.alpha() * painted.share)
    };
    if let (Some(tone), Some(text)) = (painted.text, &mut coats.text) {
        text.0 = colour(tone);
        if let Some(shadow) = &mut coats.shadow {
            shadow.color = colour(tone);
        }
    }
    if let (Some(tone), Some(fill)) = (painted.fill, &mut coats.fill) {
        fill.0 = colour(tone);
    }
    if let (Some(tone), Some(edge)) = (painted.edge, &mut coats.edge) {
        **edge = BorderColor::all(colour(tone));
    }
    if let (Some(tone), Some(image)) = (painted.image, &mut coats.image) {
        image.color = colour(tone);
    }
}

/// Says what is new, and everything when the language has changed.
pub(super) fn say(words: Res<Words>, mut texts: Query<(Ref<Says>, Mut<Text>)>) {
    for (says, mut text) in &mut texts {
        if words.is_changed() || says.is_changed() {
            write(&mut text, words.say(says.0).to_owned());
        }
    }
}

/// Has a text say something; costs nothing where it says it already.
pub(crate) fn write(text: &mut Mut<Text>, said: String) {
    text.set_if_neq(Text(said));
}
