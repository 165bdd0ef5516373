//! The one HTTP client of the program.

use problem::{Code, ProblemRecord};

use crate::commands::Failure;
use crate::exit;

/// A client that speaks TLS and says who it is.
pub(crate) fn client() -> Result<reqwest::Client, Failure> {
    // Fails only where a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().user_agent(concat!("bump/", env!("CARGO_PKG_VERSION"))).build();
    client.map_err(|error| {
        let record = ProblemRecord::new(Code::new("bump.no_http"), "cannot set up HTTP")
            .with_cause(error.to_string())
            .with_help("pass a saved index with `--index FILE`, and `--offline`");
        Failure { code: exit::FAILED_BEFORE, record: record.into() }
    })
}
