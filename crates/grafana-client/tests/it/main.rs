//! The client against recorded answers of a real Grafana, and against a wire that breaks.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests stop at the first surprise"
)]

mod faults;
mod recorded;
mod region;
mod transcript;

use grafana_client::{Budget, Grafana, Outcome, Region, Tags, client_builder};
use secrecy::SecretString;
use std::time::Duration;

/// A token of the real shape, to be looked for in everything that comes out.
pub(crate) const TOKEN: &str = "glsa_planted0secret0planted0secret0pl_0a1b2c3d";

/// A client as nobody should hand it in: it follows redirects.
pub(crate) fn careless_client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

pub(crate) fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    client_builder(reqwest::Client::builder()).build().unwrap()
}

/// Long enough for a loaded machine, with short pauses.
pub(crate) fn patient() -> Budget {
    Budget {
        total: Duration::from_secs(30),
        attempt: Duration::from_secs(15),
        pause: Duration::from_millis(10),
    }
}

pub(crate) fn grafana(url: &str, budget: Budget) -> Grafana {
    Grafana::new(client(), url.parse().unwrap(), Some(SecretString::from(TOKEN)), budget).unwrap()
}

pub(crate) fn at(ms: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(ms).unwrap()
}

pub(crate) fn a_region() -> Region {
    let tags = Tags::parse(["deployment-start", "member:prod", "run:r1"]).unwrap();
    Region::new(at(1_700_000_000_000), tags, "deploy prod").unwrap()
}

pub(crate) fn an_outcome() -> Outcome {
    Outcome::new(at(1_700_000_600_000), Tags::parse(["outcome:done"]).unwrap(), "deploy prod: done").unwrap()
}
