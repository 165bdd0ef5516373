//! Where the API server serves a kind.

use std::collections::BTreeMap;

use kube::Client;
use kube::api::{Api, ApiResource, DynamicObject};
use names::Namespace;

/// The kinds of the groups that were asked for, each asked for once.
#[derive(Default)]
pub(crate) struct Served(BTreeMap<String, Vec<(ApiResource, bool)>>);

impl Served {
    /// Asks for every group and version that is named; one that is not there serves nothing.
    pub(crate) async fn ask<'a>(
        client: &Client,
        versions: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, kube::Error> {
        let versions: std::collections::BTreeSet<&str> = versions.into_iter().collect();
        let asked = versions.into_iter().map(|version| async move {
            let list = match version.split_once('/') {
                Some(_) => client.list_api_group_resources(version).await,
                None => client.list_core_api_resources(version).await,
            };
            match list {
                Ok(list) => Ok(Some((version.to_owned(), resources(version, &list.resources)))),
                Err(kube::Error::Api(status)) if status.code == 404 => Ok(None),
                Err(error) => Err(error),
            }
        });
        let found = futures::future::try_join_all(asked).await?;
        Ok(Self(found.into_iter().flatten().collect()))
    }

    /// How a kind is asked for, and whether its objects have a namespace.
    pub(crate) fn find(&self, api_version: &str, kind: &str) -> Option<&(ApiResource, bool)> {
        self.0.get(api_version)?.iter().find(|(resource, _)| resource.kind == kind)
    }

    /// The API of a kind, in a namespace where it has any.
    pub(crate) fn api(
        client: &Client,
        (resource, namespaced): &(ApiResource, bool),
        namespace: Option<&Namespace>,
    ) -> Api<DynamicObject> {
        match namespace.filter(|_| *namespaced) {
            Some(namespace) => Api::namespaced_with(client.clone(), namespace.as_str(), resource),
            None => Api::all_with(client.clone(), resource),
        }
    }
}

fn resources(
    api_version: &str,
    listed: &[k8s_openapi::apimachinery::pkg::apis::meta::v1::APIResource],
) -> Vec<(ApiResource, bool)> {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let main = listed.iter().filter(|it| !it.name.contains('/'));
    main.map(|it| {
        let resource = ApiResource {
            group: group.to_owned(),
            version: version.to_owned(),
            api_version: api_version.to_owned(),
            kind: it.kind.clone(),
            plural: it.name.clone(),
        };
        (resource, it.namespaced)
    })
    .collect()
}
