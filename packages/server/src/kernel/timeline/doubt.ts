/**
 * Between processes: nobody knows whether a change of this channel was committed, since the connection was lost at that
 * moment. Gateways ask the database how far the channel has come.
 */
export const doubtSignal = 'timeline:doubt';

/** How long after the loss a commit that was under way may take: then the channel is asked for once more, in ms. */
export const doubtLastsMs = 1_000;
