/** What one process of a server does: answers REST, holds WebSockets, works on jobs. */
export const roleNames = ['api', 'gateway', 'worker'] as const;

export type Role = (typeof roleNames)[number];

/** A server that is one process does everything. */
export const allRoles: ReadonlySet<Role> = new Set(roleNames);
