//! Where a kubeconfig comes from.

use camino::Utf8PathBuf;
use kube::config;
use secrecy::{ExposeSecret as _, SecretString};

use crate::Error;

/// A kubeconfig that was not read yet.
#[derive(Debug, Clone)]
pub enum Kubeconfig {
    /// A file; relative paths in it are relative to it.
    File(Utf8PathBuf),
    /// A text in memory, as a vault opens it; `name` is how the operator knows it.
    Memory {
        /// The file it was opened from.
        name: Utf8PathBuf,
        /// The text.
        text: SecretString,
    },
}

impl Kubeconfig {
    /// How the operator knows it.
    #[must_use]
    pub fn name(&self) -> &Utf8PathBuf {
        match self {
            Self::File(name) | Self::Memory { name, .. } => name,
        }
    }

    pub(crate) fn read(&self) -> Result<config::Kubeconfig, Error> {
        let read = match self {
            Self::File(path) => config::Kubeconfig::read_from(path),
            Self::Memory { text, .. } => config::Kubeconfig::from_yaml(text.expose_secret()),
        };
        // The cause is kept for files only: a parser may quote the line, and the line may hold a token.
        read.map_err(|source| match self {
            Self::File(path) => Error::Unreadable { path: path.clone(), source: Some(Box::new(source)) },
            Self::Memory { name, .. } => Error::Unreadable { path: name.clone(), source: None },
        })
    }
}
