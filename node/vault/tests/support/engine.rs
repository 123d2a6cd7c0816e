//! The engines that the contract is run on.

use enplan_vault::Vault;

use crate::support::Place;

/// Where vaults come from.
pub(crate) trait Engine {
    /// An empty vault.
    async fn vault(&self) -> Vault;
}

/// SQLite, in a directory of its own.
pub(crate) struct Sqlite(pub(crate) Place);

impl Engine for Sqlite {
    async fn vault(&self) -> Vault {
        self.0.open().await
    }
}

/// One test per promise, on this engine.
macro_rules! keeps_every_promise {
    ($engine:expr, $($promise:ident)*) => {
        $(#[tokio::test]
        async fn $promise() {
            super::$promise(&$engine).await;
        })*
    };
}
