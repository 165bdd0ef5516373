//! What is verified.

use crate::{BaseUrl, LaunchSpec};

/// A service to verify.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "one value a run; a Box would only burden the caller")]
pub enum Target {
    /// A BinderHub, with its hub where that is reachable.
    BinderHub(BinderHub),
    /// A JupyterHub without a BinderHub.
    JupyterHub(JupyterHub),
}

/// A BinderHub and what it should be. What is not given is skipped by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BinderHub {
    /// Where BinderHub is.
    pub binder: BaseUrl,
    /// Where its hub is, as a browser reaches it.
    pub hub: Option<BaseUrl>,
    /// What to launch.
    pub launch: Option<LaunchSpec>,
    /// The versions that were deployed.
    pub expected: Expected,
    /// Whether to look at the page and its script too.
    pub page: bool,
}

impl BinderHub {
    /// A BinderHub of which only `/versions` and `/health` are asked.
    #[must_use]
    pub fn new(binder: BaseUrl) -> Self {
        Self { binder, hub: None, launch: None, expected: Expected::default(), page: false }
    }
}

/// A JupyterHub and what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JupyterHub {
    /// Where the hub is: the URL above its `/hub/`.
    pub hub: BaseUrl,
    /// The version that was deployed.
    pub version: Option<String>,
}

/// The versions that were deployed; what is not given is reported and not compared.
///
/// [`same_release`](crate::same_release) says when two texts mean the same version.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expected {
    /// BinderHub, as its chart or its own package names it.
    pub binderhub: Option<String>,
    /// The whole image reference of the builder (repo2docker).
    pub build_image: Option<String>,
    /// JupyterHub.
    pub jupyterhub: Option<String>,
}
