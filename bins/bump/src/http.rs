//! The one HTTP client of the program.

use std::time::Duration;

use chart_bump::source;
use problem::{Code, ProblemRecord};
use url::Url;

use crate::commands::Failure;
use crate::{exit, runtime};

/// Asks a Helm repository for the versions of `chart`.
pub(crate) fn index(repository: &Url, chart: &str, timeout: Duration) -> Result<source::Index, Failure> {
    // Fails only where a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().user_agent(concat!("bump/", env!("CARGO_PKG_VERSION"))).build();
    let client = client.map_err(|error| no_http(&error))?;
    runtime::wait(async { Ok(source::fetch_index(&client, repository, chart, timeout).await?) })
}

fn no_http(error: &dyn std::error::Error) -> Failure {
    let record = ProblemRecord::new(Code::new("bump.no_http"), "cannot set up HTTP")
        .with_cause(error.to_string())
        .with_help("pass a saved index with `--index FILE`");
    Failure { code: exit::FAILED_BEFORE, record: record.into() }
}
