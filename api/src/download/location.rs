//! Where a redirection leads.

use ureq::http::Uri;
use ureq::http::uri::Scheme;

/// The address that `location` means to whoever asked `base` (RFC 3986, 5.2, without dot
/// segments, which servers resolve themselves); `None` where it is none.
pub(super) fn resolve(base: &Uri, location: &str) -> Option<Uri> {
    let location = location.trim();
    let location = location.split('#').next().unwrap_or(location);
    let scheme = base.scheme_str()?;
    let authority = base.authority()?;
    let absolute = if has_scheme(location) {
        location.to_owned()
    } else if location.starts_with("//") {
        format!("{scheme}:{location}")
    } else if location.starts_with('/') {
        format!("{scheme}://{authority}{location}")
    } else if location.starts_with('?') {
        format!("{scheme}://{authority}{}{location}", base.path())
    } else {
        let folder = base
            .path()
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        format!("{scheme}://{authority}{folder}/{location}")
    };
    absolute.parse().ok().filter(is_web)
}

/// Whether an address is one of a file on the web.
pub(super) fn is_web(uri: &Uri) -> bool {
    let is_known = [&Scheme::HTTP, &Scheme::HTTPS]
        .map(Some)
        .contains(&uri.scheme());
    is_known && uri.host().is_some_and(|host| !host.is_empty())
}

/// Whether an address asks for an encrypted connection.
pub(super) fn is_encrypted(uri: &Uri) -> bool {
    uri.scheme() == Some(&Scheme::HTTPS)
}

/// `https:…`: letters, then a colon before anything that belongs to a path.
fn has_scheme(text: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    text.split_once(':')
        .is_some_and(|(scheme, _)| !scheme.is_empty() && scheme.chars().all(is_letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::absolute("http://other.org/b?x=1", Some("http://other.org/b?x=1"))]
    #[case::same_scheme("//other.org/b", Some("https://other.org/b"))]
    #[case::same_host("/b/c?d", Some("https://data.fr:8443/b/c?d"))]
    #[case::beside("c.zip", Some("https://data.fr:8443/sets/c.zip"))]
    #[case::other_query("?page=2", Some("https://data.fr:8443/sets/a?page=2"))]
    #[case::with_a_fragment("/b#part", Some("https://data.fr:8443/b"))]
    #[case::a_colon_in_its_path("b/10:30.csv", Some("https://data.fr:8443/sets/b/10:30.csv"))]
    #[case::another_protocol("ftp://other.org/b", None)]
    #[case::a_file_of_this_machine("file:///etc/passwd", None)]
    #[case::blanks("http://other.org/a b", None)]
    #[case::no_host("http:///b", None)]
    fn a_location_is_read_from_where_it_was_told(
        #[case] location: &str,
        #[case] expected: Option<&str>,
    ) {
        let base = "https://data.fr:8443/sets/a?q=1".parse().unwrap();
        let found = resolve(&base, location).map(|uri| uri.to_string());
        assert_eq!(found.as_deref(), expected);
    }

    proptest::proptest! {
        #[test]
        fn any_location_is_an_address_of_the_web_or_none(location in ".*") {
            let base = "https://data.fr/sets/a".parse().unwrap();
            if let Some(uri) = resolve(&base, &location) {
                proptest::prop_assert!(is_web(&uri), "{uri}");
            }
        }
    }
}
