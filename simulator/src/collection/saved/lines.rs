//! JSON in lines that a person can change by hand: what is small stands on one line.

/// The widest that a line of several values becomes, in bytes; lines of numbers alone may be wider.
const WIDEST: usize = 120;

/// Joins the lines of pretty JSON, value by value, where a list or an object holds nothing larger than a
/// line.
pub(super) fn joined(pretty: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for line in pretty.lines() {
        lines.push(line.to_owned());
        if line.ends_with(['[', '{']) {
            open.push(lines.len() - 1);
        } else if line.trim_start().starts_with([']', '}'])
            && let Some(first) = open.pop()
        {
            join(&mut lines, first);
        }
    }
    lines.join("\n")
}

/// Joins the lines from one on, where they fit.
fn join(lines: &mut Vec<String>, first: usize) {
    let Some([head, inner @ .., tail]) = lines.get(first..) else {
        return;
    };
    let inner: Vec<&str> = inner.iter().map(|line| line.trim_start()).collect();
    let width: usize = head.len() + inner.iter().map(|line| line.len() + 1).sum::<usize>();
    let is_number = |line: &&str| {
        line.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b',')
    };
    if width > WIDEST && !inner.iter().all(is_number) {
        return;
    }
    let line = format!("{head}{}{}", inner.join(" "), tail.trim_start());
    lines.truncate(first);
    lines.push(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_values_stand_on_one_line() {
        let wide = "x".repeat(WIDEST);
        let value = serde_json::json!({
            "event": [{"act": {"serve": 3}, "from": 1}],
            "numbers": (0..200).collect::<Vec<_>>(),
            "wide": [wide, "[", "a \"{\n"],
            "none": [],
        });
        let text = joined(&serde_json::to_string_pretty(&value).unwrap());
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).unwrap(),
            value
        );
        assert!(
            text.contains("\n  \"event\": [{\"act\": {\"serve\": 3}, \"from\": 1}],\n"),
            "{text}"
        );
        assert_eq!(text.lines().count(), 10, "{text}");
    }
}
