//! The runtime in which the program waits for servers and other programs.

use problem::{Code, ProblemRecord};

use crate::commands::Failure;
use crate::exit;

/// Waits for `work`; its own failures become the program's.
pub(crate) fn wait<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| {
        let record = ProblemRecord::new(Code::new("bump.no_runtime"), "cannot wait for servers and programs")
            .with_cause(error.to_string())
            .with_help("look whether the machine is out of file descriptors");
        Failure { code: exit::FAILED_BEFORE, record: record.into() }
    })?;
    runtime.block_on(work)
}
