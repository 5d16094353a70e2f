// The measurement alone, for pages whose server knows the choice and brings this only where it may run.
import { measure, switchTo } from "./measure.js";

switchTo(true);
Object.assign(window, { zweck: { measure } });
