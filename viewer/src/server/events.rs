//! Server-sent events, cut out of the bytes of an answer that does not end.

/// One event of a stream (WHATWG HTML, 9.2.6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SentEvent {
    /// Its type; `message` where the stream names none.
    pub name: String,
    /// Its data, lines joined by line feeds.
    pub data: String,
}

/// Collects bytes until an event is whole.
#[derive(Debug, Default)]
pub(super) struct EventCutter {
    line: Vec<u8>,
    event: SentEvent,
    has_data: bool,
    ends_with_return: bool,
}

/// The longest line that is taken, in bytes; what is longer is no event of ours.
const LONGEST_LINE: usize = 1 << 20;

impl EventCutter {
    /// Takes the next bytes; tells the events that they complete.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Vec<SentEvent> {
        let mut events = Vec::new();
        for byte in bytes {
            match byte {
                b'\n' if self.ends_with_return => self.ends_with_return = false,
                b'\n' | b'\r' => {
                    self.ends_with_return = *byte == b'\r';
                    events.extend(self.end_line());
                }
                _ => {
                    self.ends_with_return = false;
                    if self.line.len() < LONGEST_LINE {
                        self.line.push(*byte);
                    }
                }
            }
        }
        events
    }

    fn end_line(&mut self) -> Option<SentEvent> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            return self.end_event();
        }
        let line = String::from_utf8_lossy(&line);
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event.name),
            "data" => {
                if self.has_data {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
                self.has_data = true;
            }
            _ => {}
        }
        None
    }

    fn end_event(&mut self) -> Option<SentEvent> {
        let mut event = std::mem::take(&mut self.event);
        if !std::mem::take(&mut self.has_data) {
            return None;
        }
        if event.name.is_empty() {
            "message".clone_into(&mut event.name);
        }
        Some(event)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event(name: &str, data: &str) -> SentEvent {
        SentEvent {
            name: name.to_owned(),
            data: data.to_owned(),
        }
    }

    #[rstest::rstest]
    #[case::named("event: change\ndata: {}\n\n", vec![event("change", "{}")])]
    #[case::unnamed("data:x\n\n", vec![event("message", "x")])]
    #[case::with_returns("data: a\r\ndata: b\r\n\r\n", vec![event("message", "a\nb")])]
    #[case::a_comment(": hello\n\n", vec![])]
    #[case::without_data("event: change\nid: 4\n\n", vec![])]
    #[case::not_yet_whole("data: a\n", vec![])]
    #[case::two("data: a\n\ndata: b\n\n", vec![event("message", "a"), event("message", "b")])]
    fn events_are_cut(#[case] text: &str, #[case] events: Vec<SentEvent>) {
        assert_eq!(EventCutter::default().take(text.as_bytes()), events);
    }

    proptest! {
        #[test]
        fn where_the_bytes_are_cut_does_not_matter(
            text in "(event: [a-z]{1,5}\n|data: [a-zé]{0,6}\n|\n|\r\n){0,30}",
            at in 0_usize..100,
        ) {
            let bytes = text.as_bytes();
            let (start, end) = bytes.split_at(at.min(bytes.len()));
            let mut cutter = EventCutter::default();
            let mut events = cutter.take(start);
            events.extend(cutter.take(end));
            prop_assert_eq!(events, EventCutter::default().take(bytes));
        }
    }
}
