/** The environment variable that tells the processes of a test run where to ask for its PostgreSQL. */
export const CLUSTER_VARIABLE = 'MESSOX_TEST_CLUSTER';
