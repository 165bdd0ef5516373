//! Login: the member's cluster answers.

use camino::Utf8PathBuf;
use cluster_login::{Cluster, Kubeconfig};
use deploy_events::Stage;
use federation::Member;
use secrecy::SecretString;

use crate::run::Voice;
use crate::secrets::Secrets;
use crate::{Error, Stop};

/// A client of the member's cluster.
pub(crate) async fn login(voice: &Voice, member: &Member, secrets: &Secrets) -> Result<Cluster, Stop> {
    voice
        .stage(Stage::Preflight, async |voice| {
            let (kubeconfig, context) = kubeconfig(voice, member, secrets)?;
            let work = async {
                Cluster::login(&kubeconfig, context.as_deref()).await.map_err(|error| Stop::failed(&error))
            };
            let cluster = voice.race(work).await?;
            let note = format!("Kubernetes {} at {}", cluster.version(), cluster.server());
            Ok((cluster, note))
        })
        .await
}

/// The member's own kubeconfig, else the caller's.
pub(crate) fn kubeconfig(
    voice: &Voice,
    member: &Member,
    secrets: &Secrets,
) -> Result<(Kubeconfig, Option<String>), Stop> {
    let request = &voice.run.request;
    let Some(own) = &member.kubeconfig else {
        let given = request.kubeconfig.clone();
        let given =
            given.ok_or_else(|| Stop::failed(&Error::NoKubeconfig { member: member.name.clone() }))?;
        return Ok((given, request.context.clone()));
    };
    let path: Utf8PathBuf = request.federation.folder().join(&own.file);
    match secrets.get(&own.file) {
        None => Ok((Kubeconfig::File(path), None)),
        Some(opened) => {
            let text = SecretString::from(String::from_utf8_lossy(opened.expose()).into_owned());
            Ok((Kubeconfig::Memory { name: path, text }, None))
        }
    }
}
