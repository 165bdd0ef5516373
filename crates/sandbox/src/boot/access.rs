//! Who may talk to the API server: tokens, kubeconfigs, the audit policy.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::keys;
use crate::{Error, Layout, error, files};

/// The users of the sandbox. The controller-manager and the scheduler are administrators because
/// the roles of their users are made only after the API server is ready, and they would lose
/// seconds to refused requests.
pub(crate) const ADMIN: &str = "admin";
/// The user whom nothing is allowed: for tests of refused access.
pub(crate) const NOBODY: &str = "nobody";
/// The simulated nodes, which look pods up to tell their logs.
pub(crate) const NODE: &str = "node";
const USERS: [(&str, &str, &str); 6] = [
    (ADMIN, "sandbox-admin", "system:masters"),
    ("kube-controller-manager", "system:kube-controller-manager", "system:masters"),
    ("kube-scheduler", "system:kube-scheduler", "system:masters"),
    ("kwok", "sandbox-kwok", "system:masters"),
    (NODE, "sandbox-node", "system:masters"),
    (NOBODY, "sandbox-nobody", "sandbox:nobodies"),
];

const AUDIT_POLICY: &str = "\
apiVersion: audit.k8s.io/v1
kind: Policy
# One line for the request and one for the answer would double the log.
omitStages: [RequestReceived]
rules:
- level: Metadata
";

/// One user's token.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    pub(crate) component: &'static str,
    pub(crate) token: String,
}

/// Writes keys, tokens and the audit policy; all of them before the API server starts.
pub(crate) fn write_secrets(layout: &Layout) -> Result<Vec<Login>, Error> {
    let keys = keys::service_account_keys()?;
    files::write(&layout.service_account_key(), &keys.private)?;
    files::write(&layout.service_account_public_key(), &keys.public)?;
    files::write(&layout.audit_policy(), AUDIT_POLICY)?;
    let mut table = String::new();
    let mut logins = Vec::new();
    for (component, user, group) in USERS {
        let token = keys::token()?;
        table.push_str(&format!("{token},{user},{component},{group}\n"));
        logins.push(Login { component, token });
    }
    files::write(&layout.tokens(), &table)?;
    Ok(logins)
}

/// Writes every kubeconfig. The API server makes its certificate itself, so this comes later.
pub(crate) fn write_kubeconfigs(
    layout: &Layout,
    logins: &[Login],
    server: &str,
    proxy: &str,
) -> Result<(), Error> {
    let path = layout.certificate();
    let certificate = std::fs::read(&path).map_err(error::io("read", &path))?;
    let authority = STANDARD.encode(certificate);
    for login in logins {
        let direct = kubeconfig(server, Some(&authority), login);
        let path = if login.component == ADMIN {
            files::write(&layout.proxy_kubeconfig(), &kubeconfig(proxy, None, login))?;
            layout.kubeconfig()
        } else {
            layout.component_kubeconfig(login.component)
        };
        files::write(&path, &direct)?;
    }
    Ok(())
}

/// A kubeconfig with one of everything. JSON is YAML.
fn kubeconfig(server: &str, authority: Option<&str>, login: &Login) -> String {
    let mut cluster = json!({ "server": server });
    if let (Some(authority), Some(cluster)) = (authority, cluster.as_object_mut()) {
        cluster.insert("certificate-authority-data".to_owned(), json!(authority));
    }
    let config = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{ "name": "sandbox", "cluster": cluster }],
        "users": [{ "name": login.component, "user": { "token": login.token } }],
        "contexts": [{
            "name": "sandbox",
            "context": { "cluster": "sandbox", "user": login.component },
        }],
        "current-context": "sandbox",
    });
    format!("{config:#}\n")
}
