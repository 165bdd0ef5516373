//! Which variables hold the user and the password of a private host.

use super::model::HostCredentials;
use super::node::Node;
use crate::error::BumpError;

/// What every such variable begins with: whoever may write `bump.yaml` could else have any secret of a
/// workflow sent to a host of theirs.
const PREFIX: &str = "BUMP_";

pub(super) fn credentials(node: Node<'_>) -> Result<Vec<HostCredentials>, BumpError> {
    let one = |node: Node<'_>| {
        let fields = node.fields("`host`, `user` and `password`", &["host", "user", "password"])?;
        let host = fields.need("host")?;
        let text = host.text(HOST)?;
        if !text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':')) {
            return Err(host.wrong(HOST));
        }
        let user = variable(fields.need("user")?)?;
        Ok(HostCredentials { host: text.to_owned(), user, password: variable(fields.need("password")?)? })
    };
    node.items("a list of hosts with their variables")?.into_iter().map(one).collect()
}

const HOST: &str = "a host, such as `registry.example.org:5000`";

fn variable(node: Node<'_>) -> Result<String, BumpError> {
    const VARIABLE: &str = "the name of an environment variable that begins with `BUMP_`";
    let text = node.text(VARIABLE)?;
    let word = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let fits = text.starts_with(PREFIX) && text.chars().all(word);
    fits.then(|| text.to_owned()).ok_or_else(|| node.wrong(VARIABLE))
}
