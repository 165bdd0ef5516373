//! Why a private source does not answer.

use std::borrow::Cow;

use super::Origin;

/// A source that wants a user and a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{origin} {}", if *.known { "refuses the user and password that are known for it" } else { "is private, and no user and password are known for it" })]
pub struct PrivateFault {
    /// The address.
    pub origin: Box<Origin>,
    /// Whether credentials were shown.
    pub known: bool,
    /// The program that has them, where docker says so.
    pub helper: Option<String>,
}

impl PrivateFault {
    pub(super) fn help(&self) -> Cow<'static, str> {
        const VARIABLES: &str = "name variables under `credentials` in bump.yaml";
        match (&self.helper, self.known) {
            (Some(helper), _) => {
                format!("docker keeps them in `docker-credential-{helper}`, which is not asked: {VARIABLES}")
                    .into()
            }
            (None, true) => "look whether the password is still good, and may read this".into(),
            (None, false) => format!(
                "log in with `docker login`, `helm registry login` or `helm repo add`, or {VARIABLES}"
            )
            .into(),
        }
    }
}
