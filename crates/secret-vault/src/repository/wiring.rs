//! What `unlock` and `lock` write into the configuration of a clone.

use camino::Utf8PathBuf;

use super::{Config, Error, Git};

/// The program that git is to start.
#[derive(Debug, Clone)]
pub struct Wiring {
    program: Utf8PathBuf,
}

/// A setting, and its value; none where it must not be set.
type Setting = (String, Option<String>);

impl Wiring {
    /// Filters that are `program secrets ...`.
    #[must_use]
    pub fn new(program: Utf8PathBuf) -> Self {
        Self { program }
    }

    /// Makes git start the filters of one key. Where the clone is locked, one stays: without its key
    /// it lets ciphertext pass and refuses plaintext, which git would else commit. All that stays is what
    /// `git-crypt unlock` writes anew, so that it finds nothing of ours in its way.
    pub(super) async fn apply(
        &self,
        git: &Git,
        config: &Config,
        name: &str,
        locked: bool,
    ) -> Result<(), Error> {
        for (setting, value) in self.settings(name, locked) {
            match (config.get(&setting), value) {
                (now, Some(value)) if now != Some(value.as_str()) => {
                    git.ask(["config", "--replace-all", &setting, &value]).await?;
                }
                (Some(_), None) => {
                    git.ask(["config", "--unset-all", &setting]).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// What lets git use one process for all files of one command, whatever is configured.
    pub(super) fn at_once(&self, name: &str) -> [String; 2] {
        let dash = if name.is_empty() { "" } else { "-" };
        ["-c".to_owned(), format!("filter.git-crypt{dash}{name}.process={}", self.process(name))]
    }

    fn process(&self, name: &str) -> String {
        let key = if name.is_empty() { String::new() } else { format!(" --key-name={name}") };
        format!("{} secrets process{key}", quoted(self.program.as_str()))
    }

    fn settings(&self, name: &str, locked: bool) -> Vec<Setting> {
        let (driver, key) = match name {
            "" => ("git-crypt".to_owned(), String::new()),
            name => (format!("git-crypt-{name}"), format!(" --key-name={name}")),
        };
        let command = |rest: &str| format!("{} secrets {rest}", quoted(self.program.as_str()));
        let filter = |what: &str, value: String| (format!("filter.{driver}.{what}"), Some(value));
        vec![
            filter("clean", command(&format!("clean{key} -- %f"))),
            filter("smudge", if locked { "cat".to_owned() } else { command(&format!("smudge{key} -- %f")) }),
            (format!("filter.{driver}.process"), (!locked).then(|| self.process(name))),
            filter("required", "true".to_owned()),
            (format!("diff.{driver}.textconv"), (!locked).then(|| command(&format!("diff{key} --")))),
            (format!("merge.{driver}.name"), Some("merges sealed files by their plaintext".to_owned())),
            (
                format!("merge.{driver}.driver"),
                Some(command(&format!("merge{key} --marker-size %L -- %O %A %B %P"))),
            ),
        ]
    }
}

/// For the shell that git starts.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written() {
        let settings = Wiring::new("/opt/it's here/deploy".into()).settings("ops", false);
        let lines: Vec<String> = settings
            .into_iter()
            .map(|(name, value)| format!("{name} = {}", value.unwrap_or_default()))
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        filter.git-crypt-ops.clean = '/opt/it'\''s here/deploy' secrets clean --key-name=ops -- %f
        filter.git-crypt-ops.smudge = '/opt/it'\''s here/deploy' secrets smudge --key-name=ops -- %f
        filter.git-crypt-ops.process = '/opt/it'\''s here/deploy' secrets process --key-name=ops
        filter.git-crypt-ops.required = true
        diff.git-crypt-ops.textconv = '/opt/it'\''s here/deploy' secrets diff --key-name=ops --
        merge.git-crypt-ops.name = merges sealed files by their plaintext
        merge.git-crypt-ops.driver = '/opt/it'\''s here/deploy' secrets merge --key-name=ops --marker-size %L -- %O %A %B %P
        ");
    }
}
