const two = (number: number): string => String(number).padStart(2, '0');

/** A time, in Unix ms, as people here say it: the clock, to the second or to the minute, and the day only when it is not today. */
export const localTime = (time: number, { seconds = true } = {}): string => {
  const date = new Date(time);
  const parts = [date.getHours(), date.getMinutes(), ...(seconds ? [date.getSeconds()] : [])];
  const clock = parts.map(two).join(':');
  if (date.toDateString() === new Date().toDateString()) return clock;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock}`;
};
