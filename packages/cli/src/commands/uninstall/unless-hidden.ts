/** What was read of the folder; the other where this user may not look, as into what of nginx is for nginx alone. */
export const unlessHidden = <T, Other>(read: () => T, other: Other): T | Other => {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') return other;
    throw error;
  }
};
