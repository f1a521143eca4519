import type { PrivateBroker, PrivateCluster } from './private-cluster.js';

type Fetch = PrivateBroker['fetch'];

/** Answers a fetch that failed in its stead, or throws. */
export type RecoverFetch = (error: unknown, request: Parameters<Fetch>[0]) => ReturnType<Fetch>;

/** Lets somebody look at each failed fetch of each broker of the cluster. Who comes first looks first. */
export function recoverFetches(cluster: PrivateCluster, recover: RecoverFetch): void {
  const wrapped = new WeakSet<object>();
  const findBroker = cluster.findBroker.bind(cluster);
  cluster.findBroker = async (wanted) => {
    const broker = await findBroker(wanted);
    if (wrapped.has(broker)) return broker;
    wrapped.add(broker);
    const fetch = broker.fetch.bind(broker);
    broker.fetch = async (request) => {
      try {
        return await fetch(request);
      } catch (error) {
        return await recover(error, request);
      }
    };
    return broker;
  };
}
