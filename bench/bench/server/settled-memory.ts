/** Resident memory of a server once it has stopped growing. */
export const settledMemory = async (server: { memory(): Promise<number> }): Promise<number> => {
  let last = 0;
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const now = await server.memory();
    if (turn > 3 && Math.abs(now - last) < last * 0.001) return now;
    last = now;
  }
  return last;
};
