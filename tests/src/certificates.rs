//! An authority that nobody else trusts, and the certificate of a server on this machine, made by OpenSSL.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{HarnessError, HarnessResult};
use crate::server::output_of;

/// Files in PEM.
#[derive(Clone, Debug)]
pub struct Certificates {
    /// Whom clients have to trust.
    pub authority: PathBuf,
    /// What the server shows: it is `localhost`.
    pub certificate: PathBuf,
    /// The server's key.
    pub key: PathBuf,
}

impl Certificates {
    /// Makes them in a folder; they hold for two days.
    pub fn make(folder: &Path) -> HarnessResult<Self> {
        let io = |action, path: &Path| {
            let path = path.to_owned();
            move |source| HarnessError::Io {
                action,
                path,
                source,
            }
        };
        std::fs::create_dir_all(folder).map_err(io("make", folder))?;
        let names = folder.join("names");
        std::fs::write(&names, "subjectAltName=DNS:localhost,IP:127.0.0.1\n")
            .map_err(io("write", &names))?;
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
        let steps = [
            format!(
                "req -x509 {key} -keyout ca.key -out ca.pem -days 2 -subj /CN=tests \
                 -addext basicConstraints=critical,CA:TRUE"
            ),
            format!("req {key} -keyout server.key -out server.csr -subj /CN=localhost"),
            "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
             -extfile names -out server.pem"
                .to_owned(),
        ];
        for step in steps {
            let mut openssl = Command::new("openssl");
            openssl.args(step.split_whitespace()).current_dir(folder);
            let made = output_of(openssl)?;
            if !made.status.success() {
                return Err(HarnessError::NotReady {
                    reason: format!("openssl {step}: {}", String::from_utf8_lossy(&made.stderr)),
                });
            }
        }
        Ok(Self {
            authority: folder.join("ca.pem"),
            certificate: folder.join("server.pem"),
            key: folder.join("server.key"),
        })
    }
}
