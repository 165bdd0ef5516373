//! A Service as far as a load balancer is asked for.

use serde::Deserialize;
use serde_json::Value;

use super::lenient;
use super::meta::Meta;

/// A Service.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Service {
    /// Name.
    #[serde(default, deserialize_with = "lenient::field")]
    pub metadata: Meta,
    /// What is wanted.
    #[serde(default, deserialize_with = "lenient::field")]
    pub spec: ServiceSpec,
    /// What there is.
    #[serde(default, deserialize_with = "lenient::field")]
    pub status: ServiceStatus,
}

/// What a Service wants.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceSpec {
    /// `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`.
    #[serde(default, rename = "type", deserialize_with = "lenient::field")]
    pub kind: String,
    /// Addresses that somebody outside leads here.
    #[serde(default, rename = "externalIPs", deserialize_with = "lenient::list")]
    pub external_ips: Vec<String>,
}

/// What a Service got.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceStatus {
    /// The load balancer's answer.
    #[serde(default, deserialize_with = "lenient::field")]
    pub load_balancer: LoadBalancer,
}

/// The addresses of a load balancer.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct LoadBalancer {
    /// One entry for each address.
    #[serde(default, deserialize_with = "lenient::list")]
    pub ingress: Vec<Value>,
}

impl Service {
    /// Whether a load balancer is asked for and has not answered.
    pub(crate) fn awaits_address(&self) -> bool {
        self.spec.kind == "LoadBalancer"
            && self.spec.external_ips.is_empty()
            && self.status.load_balancer.ingress.is_empty()
    }
}
