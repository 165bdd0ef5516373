//! What git says of the repository that is deployed.

use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use child::Program;

/// The commit, and whether the files differ from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) commit: String,
    pub(crate) dirty: bool,
}

const PATIENCE: Duration = Duration::from_secs(20);

/// The head of the repository that `folder` lies in; none where it lies in none.
pub(crate) async fn head(git: &Utf8Path, folder: &Utf8Path, home: Option<&str>) -> Option<Head> {
    let ask = |words: &[&str]| {
        let mut program =
            Program::new(git.to_owned()).cwd(Utf8PathBuf::from(folder)).args(words.iter().copied());
        if let Some(home) = home {
            program = program.env("HOME", home);
        }
        async move {
            let output = program.output(PATIENCE, 1 << 20).await.ok()?;
            (output.exit.code == Some(0)).then_some(output.stdout)
        }
    };
    let commit = ask(&["rev-parse", "HEAD"]).await?;
    let changes = ask(&["status", "--porcelain", "--untracked-files=normal", "--", "."]).await?;
    Some(Head { commit: text(&commit), dirty: !text(&changes).is_empty() })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}
