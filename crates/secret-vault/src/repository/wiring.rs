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

    /// Makes git start the filters of one key. Where the clone is locked, they stay: without their
    /// key they let ciphertext pass and refuse plaintext, which git would else commit.
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

    fn settings(&self, name: &str, locked: bool) -> Vec<Setting> {
        let (driver, key) = match name {
            "" => ("git-crypt".to_owned(), String::new()),
            name => (format!("git-crypt-{name}"), format!(" --key-name={name}")),
        };
        let command = |rest: &str| format!("{} secrets {rest}", quoted(self.program.as_str()));
        let filter = |what: &str, value: String| (format!("filter.{driver}.{what}"), Some(value));
        vec![
            filter("clean", command(&format!("clean{key} -- %f"))),
            filter("smudge", command(&format!("smudge{key} -- %f"))),
            filter("process", command(&format!("process{key}"))),
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
