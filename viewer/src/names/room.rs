//! The room that writing takes in the picture: nothing lies on anything else.

use bevy::math::Rect;

/// What of a picture is taken.
#[derive(Clone, Debug)]
pub struct Room {
    picture: Rect,
    taken: Vec<Rect>,
}

impl Room {
    /// A picture of which nothing is taken.
    pub fn new(picture: Rect) -> Self {
        Self {
            picture,
            taken: Vec::new(),
        }
    }

    /// Takes a rectangle, whatever is there.
    pub fn reserve(&mut self, rect: Rect) {
        self.taken.push(rect);
    }

    /// Takes a rectangle if all of it lies in the picture and nothing else is there; tells whether.
    pub fn place(&mut self, rect: Rect) -> bool {
        let is_seen = self.picture.contains(rect.min) && self.picture.contains(rect.max);
        let is_free = is_seen && !self.taken.iter().any(|taken| overlap(*taken, rect));
        if is_free {
            self.reserve(rect);
        }
        is_free
    }
}

/// Whether two rectangles share more than an edge.
fn overlap(one: Rect, other: Rect) -> bool {
    let shared = one.intersect(other);
    shared.width() > 0.0 && shared.height() > 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::free(Rect::new(10.0, 10.0, 30.0, 20.0), true)]
    #[case::under_a_sheet(Rect::new(35.0, 10.0, 45.0, 20.0), false)]
    #[case::around_a_sheet(Rect::new(35.0, 0.0, 65.0, 60.0), false)]
    #[case::beside_a_sheet(Rect::new(20.0, 10.0, 40.0, 20.0), true)]
    #[case::leaves_the_picture(Rect::new(-1.0, 10.0, 20.0, 20.0), false)]
    #[case::beyond_the_picture(Rect::new(200.0, 10.0, 220.0, 20.0), false)]
    fn writing_needs_room(#[case] rect: Rect, #[case] is_placed: bool) {
        let mut room = Room::new(Rect::new(0.0, 0.0, 100.0, 100.0));
        room.reserve(Rect::new(40.0, 0.0, 60.0, 50.0));
        assert_eq!(room.place(rect), is_placed);
    }

    #[test]
    fn who_comes_first_keeps_the_room() {
        let mut room = Room::new(Rect::new(0.0, 0.0, 100.0, 100.0));
        assert!(room.place(Rect::new(10.0, 10.0, 30.0, 20.0)));
        assert!(!room.place(Rect::new(20.0, 15.0, 50.0, 25.0)));
        assert!(room.place(Rect::new(31.0, 15.0, 50.0, 25.0)));
    }
}
