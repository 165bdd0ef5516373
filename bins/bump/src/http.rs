//! The HTTP clients of the program.

use chart_bump::BumpError;
use chart_bump::forge::ForgeFault;
use github_client::GitHub;
use problem::{Code, ProblemRecord};

use crate::commands::{Failure, Hub};
use crate::exit;

pub(crate) const NO_HTTP: Code = Code::new("bump.no_http");

/// A client that speaks TLS and says who it is.
pub(crate) fn client() -> Result<reqwest::Client, Failure> {
    build(builder())
}

/// GitHub behind a client that neither follows nor repeats by itself.
pub(crate) fn github(hub: &Hub) -> Result<GitHub, Failure> {
    let client = build(github_client::client_builder(builder()))?;
    let no_address =
        github_client::Error::Url { given: hub.api.clone(), reason: "GITHUB_API_URL is no address" };
    let api = hub.api.parse().map_err(|_| BumpError::from(ForgeFault::from(no_address)))?;
    let github = GitHub::new(client, api, hub.token.clone());
    Ok(github.map_err(|error| BumpError::from(ForgeFault::from(error)))?)
}

fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder().user_agent(concat!("bump/", env!("CARGO_PKG_VERSION")))
}

fn build(builder: reqwest::ClientBuilder) -> Result<reqwest::Client, Failure> {
    // Fails only where a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    builder.build().map_err(|error| {
        let record = ProblemRecord::new(NO_HTTP, "cannot set up HTTP")
            .with_cause(error.to_string())
            .with_help("pass a saved index with `--index FILE`, and `--offline`");
        Failure::new(exit::FAILED_BEFORE, record)
    })
}
