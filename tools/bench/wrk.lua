-- SPDX-License-Identifier: BSD-2-Clause
-- wrk -s wrk.lua URL -- FILE BATCH close|keep: requests of a file (host, path,
-- status and Location, with tabs between them), BATCH of them at a time, made
-- before the first is sent.
local batches, next = {}, 0

local function text(host, path, close)
	return "GET " .. path .. " HTTP/1.1\r\nHost: " .. host ..
		"\r\nUser-Agent: x\r\nAccept: */*\r\n" ..
		(close and "Connection: close\r\n" or "") .. "\r\n"
end

function init(args)
	local size, parts = tonumber(args[2]), {}
	local number = 0

	for line in io.lines(args[1]) do
		local host, path = line:match("^(%S+)\t(%S+)\t")

		parts[#parts + 1] = text(host, path, args[3] == "close")
		if #parts == size then
			batches[#batches + 1] = table.concat(parts)
			parts = {}
		end
		number = number + 1
		if number == 65536 then
			break
		end
	end
	next = math.random(#batches)
end

function request()
	next = next % #batches + 1
	return batches[next]
end
