/* The calendar of the back office reads and writes days as people here do: 24/11/2569. */
(() => {
  const calendar = window.CalendarNamespace;
  if (document.documentElement.lang !== "th" || !calendar) return;

  const write = Date.prototype.strftime;
  Date.prototype.strftime = function (format) {
    const day = write.call(this, format === "%Y-%m-%d" ? "%d/%m/" : format);
    return format === "%Y-%m-%d" ? day + (this.getFullYear() + 543) : day;
  };

  const read = String.prototype.strptime;
  String.prototype.strptime = function (format) {
    const [, day, month, year] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(this.trim()) ?? [];
    return year ? new Date(Date.UTC(year - 543, month - 1, day)) : read.call(this, format);
  };

  const draw = calendar.draw;
  calendar.draw = (month, year, place, ...others) => {
    draw(month, year, place, ...others);
    const caption = document.querySelector(`#${place} caption`);
    caption.textContent = caption.textContent.replace(year, Number(year) + 543);
  };
})();
