//! The one HTTP client of the program, and the runtime that it needs.

use std::time::Duration;

use chart_bump::{BumpError, source};
use problem::{Code, ProblemRecord};
use url::Url;

use crate::commands::Failure;
use crate::exit;

/// Asks a Helm repository for the versions of `chart`.
pub(crate) fn index(repository: &Url, chart: &str, timeout: Duration) -> Result<source::Index, Failure> {
    // Fails only where a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().user_agent(concat!("bump/", env!("CARGO_PKG_VERSION"))).build();
    let client = client.map_err(|error| no_http(&error))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| no_http(&error))?;
    let index: Result<_, BumpError> =
        runtime.block_on(source::fetch_index(&client, repository, chart, timeout));
    Ok(index?)
}

fn no_http(error: &dyn std::error::Error) -> Failure {
    let record = ProblemRecord::new(Code::new("bump.no_http"), "cannot set up HTTP")
        .with_cause(error.to_string())
        .with_help("pass a saved index with `--index FILE`");
    Failure { code: exit::FAILED_BEFORE, record: record.into() }
}
