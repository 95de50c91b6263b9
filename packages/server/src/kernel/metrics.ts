import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the kernel counts. Names and units as Prometheus has them. */
export const createMetrics = () => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    messagesStored: new Counter({ name: 'messox_messages_stored_total', help: 'Messages committed.', registers }),
    sendsRefused: new Counter({
      name: 'messox_sends_refused_total',
      help: 'Sends that were not stored, by fault.',
      labelNames: ['code'] as const,
      registers,
    }),
    batchSize: new Histogram({
      name: 'messox_timeline_batch_size',
      help: 'Sends that went to the database as one statement.',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
      registers,
    }),
    batchSeconds: new Histogram({
      name: 'messox_timeline_batch_seconds',
      help: 'Time from sending a batch to its commit.',
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5],
      registers,
    }),
    entriesHanded: new Counter({
      name: 'messox_entries_handed_total',
      help: 'Timeline entries handed to sessions.',
      registers,
    }),
    holesFilled: new Counter({
      name: 'messox_holes_filled_total',
      help: 'Holes in a channel that were filled from the database.',
      registers,
    }),
    sessions: new Gauge({ name: 'messox_sessions', help: 'Open WebSocket sessions.', registers }),
    socketsClosed: new Counter({
      name: 'messox_sockets_closed_total',
      help: 'Sockets closed by the server, by close code.',
      labelNames: ['code'] as const,
      registers,
    }),
    requests: new Histogram({
      name: 'messox_http_request_seconds',
      help: 'REST requests by route and status.',
      labelNames: ['route', 'status'] as const,
      buckets: [0.005, 0.02, 0.1, 0.5, 2],
      registers,
    }),
  };
};

export type Metrics = ReturnType<typeof createMetrics>;
