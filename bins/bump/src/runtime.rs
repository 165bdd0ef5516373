//! The runtime in which the program waits for servers and other programs.

use problem::{Code, ProblemRecord};

use crate::commands::Failure;
use crate::exit;

pub(crate) const NO_RUNTIME: Code = Code::new("bump.no_runtime");

/// Waits for `work`; its own failures become the program's.
pub(crate) fn wait<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| {
        let record = ProblemRecord::new(NO_RUNTIME, "cannot wait for servers and programs")
            .with_cause(error.to_string())
            .with_help("look whether the machine is out of file descriptors");
        Failure::new(exit::FAILED_BEFORE, record)
    })?;
    runtime.block_on(work)
}
