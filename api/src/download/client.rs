//! One request and its answer: HTTP over `ureq`, with every redirection looked at.
//!
//! Proxies are those of the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`);
//! certificates are checked against Mozilla's list, which comes with the program.

use ureq::http::{Response, Uri, header};
use ureq::{Agent, Body};

use super::error::{DownloadError, DownloadResult};
use super::location::{is_encrypted, is_web, resolve};
use super::{Downgrade, Patience, Wanted};

/// How many redirections are followed in a row.
const MAX_REDIRECTIONS: u32 = 5;

/// What asks servers.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    patience: Patience,
}

impl Client {
    /// A client with so much patience.
    pub fn new(patience: Patience) -> Self {
        let silence = Some(patience.silence);
        let config = Agent::config_builder()
            .user_agent(concat!("twin/", env!("CARGO_PKG_VERSION")))
            // A compressed answer would have another length than the file.
            .accept_encoding("identity")
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_resolve(silence)
            .timeout_connect(silence)
            .timeout_recv_response(silence)
            .timeout_per_read(silence)
            .timeout_per_call(Some(patience.total))
            .build();
        Self {
            agent: config.into(),
            patience,
        }
    }

    /// How much patience it has.
    pub const fn patience(&self) -> Patience {
        self.patience
    }

    /// Asks for a file, with headers, and follows redirections.
    pub(super) fn get(
        &self,
        wanted: &Wanted,
        headers: &[(header::HeaderName, String)],
    ) -> DownloadResult<Response<Body>> {
        let no_address = || DownloadError::NoAddress {
            url: (*wanted.url).into(),
        };
        let start = wanted.url.parse::<Uri>().ok().filter(is_web);
        let mut uri = start.ok_or_else(no_address)?;
        for _ in 0..=MAX_REDIRECTIONS {
            let response = self.ask(&uri, headers)?;
            let status = response.status().as_u16();
            if !matches!(status, 301 | 302 | 303 | 307 | 308) {
                return Ok(response);
            }
            uri = next(&uri, &response, wanted.downgrade)?;
        }
        Err(DownloadError::TooManyRedirections {
            limit: MAX_REDIRECTIONS,
            url: uri.to_string().into(),
        })
    }

    fn ask(
        &self,
        uri: &Uri,
        headers: &[(header::HeaderName, String)],
    ) -> DownloadResult<Response<Body>> {
        let mut request = self.agent.get(uri);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.call().map_err(|error| DownloadError::Unreachable {
            url: uri.to_string().into(),
            source: error.into(),
        })
    }
}

/// Where a redirection leads, if one may go there.
fn next(uri: &Uri, response: &Response<Body>, downgrade: Downgrade) -> DownloadResult<Uri> {
    let url = || uri.to_string().into();
    let location = text(response, &header::LOCATION).unwrap_or_default();
    let to = resolve(uri, location).ok_or_else(|| DownloadError::NoRedirection {
        location: location.into(),
        url: url(),
    })?;
    if is_encrypted(uri) && !is_encrypted(&to) && downgrade == Downgrade::Refused {
        return Err(DownloadError::Downgraded {
            location: to.to_string().into(),
            url: url(),
        });
    }
    Ok(to)
}

/// A header of an answer, where it is there and text.
pub(super) fn text<'r>(response: &'r Response<Body>, name: &header::HeaderName) -> Option<&'r str> {
    response.headers().get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redirected(from: &str, to: &str, downgrade: Downgrade) -> DownloadResult<Uri> {
        let answer = Response::builder().header(header::LOCATION, to);
        let answer = answer.body(Body::builder().data("")).unwrap();
        next(&from.parse().unwrap(), &answer, downgrade)
    }

    #[test]
    fn a_redirection_out_of_encryption_is_refused_unless_it_may_be_followed() {
        let (from, to) = ("https://a.fr/x", "http://b.fr/x");
        let refused = redirected(from, to, Downgrade::Refused).unwrap_err();
        assert_eq!(refused.code(), "downgraded");
        assert_eq!(redirected(from, to, Downgrade::Followed).unwrap(), to);
        let (plain, other) = ("http://a.fr/x", "http://b.fr/x");
        assert_eq!(redirected(plain, other, Downgrade::Refused).unwrap(), other);
    }

    #[test]
    fn a_redirection_to_nowhere_is_told() {
        let refused = redirected("https://a.fr/x", "", Downgrade::Refused);
        // An empty location is the folder of the file.
        assert_eq!(refused.unwrap(), "https://a.fr/");
        let refused = redirected("https://a.fr/x", "ftp://b.fr/", Downgrade::Refused);
        assert_eq!(refused.unwrap_err().code(), "no-redirection");
    }
}
