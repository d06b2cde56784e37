/** Makes streams, bucket and consumers on the NATS that `NATS_URL` names; a Job in Kubernetes, a one-shot in compose. */
import { provision } from '.';

const { NATS_URL, NATS_STREAM_REPLICAS = '1' } = process.env;
if (!NATS_URL) {
  console.error(
    'NATS_URL is not set; set it to the address of NATS with the user "provision" and its password in it',
  );
  process.exit(78);
}
provision(NATS_URL, { replicas: Number(NATS_STREAM_REPLICAS) }).then(
  () => console.log('Streams, bucket and consumers exist now'),
  (error: unknown) => {
    console.error(
      `Streams, bucket and consumers could not be created; correct the cause and run this again: ${error instanceof Error ? error.message : String(error)}`,
    );
    process.exit(1);
  },
);
