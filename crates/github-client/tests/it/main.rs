//! The client against a GitHub that is judged by GitHub's own description, and against a wire that
//! breaks.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests stop at the first surprise"
)]

mod faults;
mod limits;
mod operations;

use std::time::Duration;

use github_client::{GitHub, Patience, client_builder};
use secrecy::SecretString;
use stand_ins::github;
use tokio::net::TcpListener;

/// A token of the real shape, to be looked for in everything that comes out.
pub(crate) const TOKEN: &str = "ghp_planted0secret0planted0secret0plant";

pub(crate) fn http() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    client_builder(reqwest::Client::builder().user_agent("test").no_proxy()).build().unwrap()
}

/// Long enough for a loaded machine, with short pauses.
pub(crate) fn patient() -> Patience {
    Patience {
        total: Duration::from_secs(60),
        attempt: Duration::from_secs(30),
        pause: Duration::from_millis(5),
        between_writes: Duration::ZERO,
        unnamed_limit: Duration::from_millis(5),
    }
}

/// A GitHub with its client.
pub(crate) async fn github() -> (github::GitHub, GitHub) {
    let double = github::GitHub::new(TOKEN);
    let client = client(&double, Some(TOKEN), patient()).await;
    (double, client)
}

pub(crate) async fn client(double: &github::GitHub, token: Option<&str>, patience: Patience) -> GitHub {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(github::serve(listener, double.clone()));
    GitHub::new(http(), url.parse().unwrap(), token.map(SecretString::from)).unwrap().with_patience(patience)
}
