// For a Node process that shall believe in another day and has no network; loaded by NODE_OPTIONS=--require.
"use strict";

const net = require("node:net");

const SHIFT_MILLISECONDS = 400 * 24 * 3600 * 1000;
const RealDate = Date;

class ShiftedDate extends RealDate {
  constructor(...parts) {
    super(...(parts.length ? parts : [ShiftedDate.now()]));
  }

  static now() {
    return RealDate.now() + SHIFT_MILLISECONDS;
  }
}

globalThis.Date = ShiftedDate;
net.Socket.prototype.connect = () => {
  throw new Error("there is no network");
};
